package dev.sternway.web;

import dev.sternway.notification.NoticeLog;
import dev.sternway.notification.SetUp;
import dev.sternway.notification.Trial;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.MessageChannel.Kind;
import dev.sternway.port.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How people are told: channels, what is not set up, and a test. */
@RestController
@RequestMapping("/api/notifications")
class NotificationsApi {
    private static final Set<String> MAY_TEST = Set.of(
            "operator", "devops", "on-call", "incident-commander", "tech-lead", "operations-manager", "administrator");

    private final NoticeLog log;
    private final SetUp setUp;
    private final Trial trial;

    NotificationsApi(NoticeLog log, SetUp setUp, Trial trial) {
        this.log = log;
        this.setUp = setUp;
        this.trial = trial;
    }

    /** All channels, and what is missing or broken, one sentence each. */
    record Overview(List<NoticeLog.ChannelHealth> channels, List<String> warnings) {}

    @GetMapping
    Overview overview() {
        return new Overview(log.channels(), setUp.warnings());
    }

    /** Sends a test message at once, over one channel or all that are set up. */
    @PostMapping("/test")
    List<Trial.Tried> test(@RequestParam(required = false) String channel, Authentication who) {
        if (who.getAuthorities().stream().map(GrantedAuthority::getAuthority).noneMatch(MAY_TEST::contains)) {
            throw new AccessDeniedException("channels are tested by one of " + MAY_TEST);
        }
        return trial.run(channel == null || channel.isBlank() ? null : kind(channel));
    }

    private static Kind kind(String channel) {
        try {
            return Kind.valueOf(channel.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    ErrorCode.CHANNEL_UNKNOWN,
                    "there is no channel '" + channel.replaceAll("[^A-Za-z0-9-]", "?") + "'",
                    "choose one of "
                            + Arrays.stream(Kind.values())
                                    .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
    }
}
