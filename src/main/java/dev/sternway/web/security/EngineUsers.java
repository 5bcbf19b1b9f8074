package dev.sternway.web.security;

import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.stereotype.Component;

/** Signs people in against the engine's identity service, whose throttling of wrong passwords stays in force. */
@Component
class EngineUsers implements AuthenticationProvider {
    private final IdentityService identities;

    EngineUsers(IdentityService identities) {
        this.identities = identities;
    }

    @Override
    public Authentication authenticate(Authentication attempt) {
        String user = attempt.getName();
        String password =
                attempt.getCredentials() == null ? "" : attempt.getCredentials().toString();
        if (user.isBlank() || password.isEmpty() || !identities.checkPassword(user, password)) {
            throw new BadCredentialsException("user or password is wrong, or the user is locked for a while");
        }
        List<SimpleGrantedAuthority> groups = groupsOf(identities, user).stream()
                .map(SimpleGrantedAuthority::new)
                .toList();
        // The name only: the session keeps no password.
        return UsernamePasswordAuthenticationToken.authenticated(user, null, groups);
    }

    @Override
    public boolean supports(Class<?> type) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
    }

    static List<String> groupsOf(IdentityService identities, String user) {
        return identities.createGroupQuery().groupMember(user).list().stream()
                .map(Group::getId)
                .toList();
    }
}
