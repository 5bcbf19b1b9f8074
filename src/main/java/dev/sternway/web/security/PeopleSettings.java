package dev.sternway.web.security;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The people that are made at start-up when they are not there yet; whoever is there is left as is.
 *
 * @param administrator who may manage people
 * @param users further people; default none
 */
@ConfigurationProperties("sternway")
record PeopleSettings(
        @DefaultValue Administrator administrator,
        @DefaultValue List<User> users) {

    /**
     * The first administrator, made when nobody is in the group.
     *
     * @param id the sign-in name; default {@code administrator}
     * @param passwordFile file with the password; default none: a random one is written into the data directory
     */
    record Administrator(@DefaultValue("administrator") String id, Path passwordFile) {}

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
