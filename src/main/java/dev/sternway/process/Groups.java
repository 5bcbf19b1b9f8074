package dev.sternway.process;

import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.springframework.stereotype.Component;

/** In which groups a person is now: a session may be hours old, and whoever left a group meanwhile signs no more. */
@Component
class Groups {
    private final IdentityService identities;
    private final OwnAuthority own;

    Groups(IdentityService identities, OwnAuthority own) {
        this.identities = identities;
        this.own = own;
    }

    List<String> of(String user) {
        return own.call(() -> identities.createGroupQuery().groupMember(user).list().stream()
                .map(Group::getId)
                .sorted()
                .toList());
    }
}
