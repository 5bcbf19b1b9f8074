package dev.sternway.process;

import java.util.function.Supplier;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/**
 * Lets Sternway do in the engine what it offers to a person but the person may not do there alone, starting a process
 * for example; the caller has checked the person's role.
 */
@Component
class OwnAuthority {
    private final IdentityService identities;

    OwnAuthority(IdentityService identities) {
        this.identities = identities;
    }

    <T> T call(Supplier<T> work) {
        Authentication person = identities.getCurrentAuthentication();
        identities.clearAuthentication();
        try {
            return work.get();
        } finally {
            if (person != null) {
                identities.setAuthentication(person);
            }
        }
    }
}
