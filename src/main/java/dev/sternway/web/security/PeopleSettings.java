package dev.sternway.web.security;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The people that are made at start when they are not there yet; whoever is there is left as is.
 *
 * @param users default none
 */
@ConfigurationProperties("sternway")
record PeopleSettings(@DefaultValue List<User> users) {

    /**
     * One person.
     *
     * @param id the sign-in name
     * @param name first and last name
     * @param groups ids of roles, e.g. {@code incident-commander}
     * @param passwordFile file with the password in its first line
     */
    record User(
            String id,
            @DefaultValue("") String name,
            @DefaultValue List<String> groups,
            Path passwordFile) {}
}
