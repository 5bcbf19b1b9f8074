package dev.sternway.alert.sender;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells addresses of Amazon SNS from those that only look like it: a message from outside names them. */
public final class SnsAddress {
    private static final Pattern TOPIC =
            Pattern.compile("arn:aws[a-z-]*:sns:([a-z]{2}(?:-[a-z]+)+-[0-9]):[0-9]{12}:[A-Za-z0-9_.-]{1,256}");
    private static final Pattern CERTIFICATE = Pattern.compile("/(SimpleNotificationService-[0-9a-f]{32}\\.pem)");

    private SnsAddress() {}

    static boolean isTopic(String arn) {
        return TOPIC.matcher(arn).matches();
    }

    /** True when the address is of SNS in the topic's region: HTTPS, that host, no other port, nobody's name in it. */
    public static boolean isOf(String topic, URI address) {
        Matcher region = TOPIC.matcher(topic);
        return region.matches()
                && "https".equals(address.getScheme())
                && ("sns." + region.group(1)
                                + (topic.startsWith("arn:aws-cn:") ? ".amazonaws.com.cn" : ".amazonaws.com"))
                        .equals(address.getRawAuthority());
    }

    /** The file name of the certificate at the address; empty when it is of something else. */
    static Optional<String> certificateName(URI address) {
        Matcher path =
                CERTIFICATE.matcher(Optional.ofNullable(address.getRawPath()).orElse(""));
        return path.matches() && address.getRawQuery() == null ? Optional.of(path.group(1)) : Optional.empty();
    }
}
