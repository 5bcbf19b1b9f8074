package dev.sternway.adapter.etcd;

import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.OutsideException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.springframework.stereotype.Component;

/** Connects to the etcd of a store: as its user, and by TLS where the catalogue names whom to trust. */
@Component
class EtcdServers {
    /** Where Sternway's own keys are, in the same etcd: no store's prefix may begin with it. */
    static final String ASIDE = "sternway/";

    private final Secrets secrets;
    private final HttpClient plain = EtcdClient.http().build();
    private final Map<String, HttpClient> byCertificates = new ConcurrentHashMap<>();

    EtcdServers(Secrets secrets) {
        this.secrets = secrets;
    }

    Prefix prefix(Store store) {
        HttpClient http = store.ca() == null
                ? plain
                : byCertificates.computeIfAbsent(
                        secrets.resolve(store.ca()),
                        pem -> EtcdClient.http()
                                .sslContext(trusting(pem, store))
                                .build());
        EtcdClient etcd = new EtcdClient(
                http,
                URI.create((store.ca() == null ? "http" : "https") + "://" + host(store.host()) + ":" + store.port()),
                store.user(),
                () -> secrets.resolve(store.password()));
        return new Prefix(etcd, store.prefix(), ASIDE);
    }

    private static String host(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** These certificates and no others: those of the machine are not asked. */
    private static SSLContext trusting(String pem, Store store) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
                trusted.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new OutsideException(
                    "certificates of store '" + store.id() + "' cannot be read: " + e.getMessage(), e);
        }
    }
}
