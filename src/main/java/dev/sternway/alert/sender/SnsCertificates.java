package dev.sternway.alert.sender;

import dev.sternway.port.AmazonSns;
import dev.sternway.port.OutsideException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The certificates that SNS signs with: from a directory, else fetched, each once. */
final class SnsCertificates {
    /** Whoever invents names makes us ask no more often than this. */
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(2);

    private static final int MOST_KEPT = 50;

    private final AmazonSns sns;
    private final Path pinned;
    private final Map<String, X509Certificate> fetched = new ConcurrentHashMap<>();
    private final ReentrantLock fetching = new ReentrantLock();
    private Instant lastFetch = Instant.EPOCH;

    /** @param pinned directory with certificates by their name, or null */
    SnsCertificates(AmazonSns sns, Path pinned) {
        this.sns = sns;
        this.pinned = pinned;
    }

    /**
     * The certificate at an address whose host was checked.
     *
     * @throws OutsideException when it cannot be had now
     * @throws CertificateException when it is none
     */
    X509Certificate of(String name, URI address) throws CertificateException {
        if (pinned != null && Files.isRegularFile(pinned.resolve(name))) {
            try {
                return certificate(Files.readAllBytes(pinned.resolve(name)));
            } catch (IOException e) {
                throw new OutsideException("certificate '" + pinned.resolve(name) + "' cannot be read: " + e, e);
            }
        }
        X509Certificate known = fetched.get(address.toString());
        if (known != null) {
            return known;
        }
        // Nobody waits for somebody else's answer: SNS comes again.
        if (!fetching.tryLock()) {
            throw new OutsideException("another certificate of SNS is being fetched");
        }
        try {
            return fetch(address);
        } finally {
            fetching.unlock();
        }
    }

    private X509Certificate fetch(URI address) throws CertificateException {
        Instant now = Instant.now();
        if (now.isBefore(lastFetch.plus(BETWEEN_FETCHES))) {
            throw new OutsideException("certificates of SNS are fetched one after the other");
        }
        lastFetch = now;
        X509Certificate certificate = certificate(sns.certificate(address).getBytes(StandardCharsets.US_ASCII));
        if (fetched.size() >= MOST_KEPT) {
            fetched.clear();
        }
        fetched.put(address.toString(), certificate);
        return certificate;
    }

    private static X509Certificate certificate(byte[] pem) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }
}
