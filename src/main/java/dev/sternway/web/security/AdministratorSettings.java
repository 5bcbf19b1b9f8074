package dev.sternway.web.security;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The first administrator, made at start when nobody is in the group.
 *
 * @param id the sign-in name; default {@code administrator}
 * @param passwordFile file with the password in its first line; default none: a random one is written into the data
 *     directory
 */
@ConfigurationProperties("sternway.administrator")
record AdministratorSettings(@DefaultValue("administrator") String id, Path passwordFile) {}
