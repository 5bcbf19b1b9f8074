package dev.sternway.plan;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How rollbacks that people and programs ask for are looked at.
 *
 * @param backupSpread how far apart the backups of several systems may be that are restored together; default 1 h
 */
@ConfigurationProperties("sternway.rollback")
record RollbackSettings(@DefaultValue("1h") Duration backupSpread) {}
