package dev.sternway.web.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.ResponseStatusException;

/** The webapps' own settings, and instead of their sign-in form, which is closed, the way to the one that is open. */
@Controller
class WebappSettings {
    private static final Set<String> APPS = Set.of("tasklist", "cockpit", "admin", "welcome");
    private static final MediaType SCRIPT = new MediaType("text", "javascript", StandardCharsets.UTF_8);
    private static final String SIGN_IN = """

            (() => {
              const signIn = () => {
                if (location.hash.startsWith('#/login')) { location.replace(location.pathname); }
              };
              addEventListener('hashchange', signIn);
              signIn();
            })();
            """;

    @GetMapping("/camunda/app/{app}/scripts/config.js")
    @ResponseBody
    ResponseEntity<String> settings(@PathVariable String app) throws IOException {
        if (!APPS.contains(app)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        String given = new ClassPathResource("META-INF/resources/webjars/camunda/app/" + app + "/scripts/config.js")
                .getContentAsString(StandardCharsets.UTF_8);
        return ResponseEntity.ok().contentType(SCRIPT).body(given + SIGN_IN);
    }
}
