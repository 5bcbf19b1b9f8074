package dev.sternway.sandbox.image;

import com.github.dockerjava.api.DockerClient;
import dev.sternway.sandbox.shop.BadRelease;
import dev.sternway.sandbox.shop.GoodRelease;
import dev.sternway.sandbox.shop.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The shop's images by name: the front and the API of both releases, and the database.
 *
 * @param goodWeb front of 1.4.0
 * @param goodApi API of 1.4.0
 * @param badWeb front of 1.5.0
 * @param badApi API of 1.5.0
 * @param database PostgreSQL with the shop's entry point
 */
public record ShopImages(String goodWeb, String goodApi, String badWeb, String badApi, String database) {
    /** The label that every image of the shop has. */
    public static final String LABEL = ImageStore.RECIPE_LABEL;

    private static final Path CLASSES = locationOf(Release.class);
    private static final String PACKAGE = Release.class.getPackageName().replace('.', '/');

    private static final String WEB_DOCKERFILE = """
            FROM %s
            COPY app /app
            ENV PATH=/opt/java/openjdk/bin:/usr/local/bin:/usr/bin:/bin SHOP_RELEASE=%s
            LABEL example.shop.part=web example.shop.release=%2$s
            USER 10001
            EXPOSE 8080
            ENTRYPOINT ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m", "-Dsun.net.inetaddr.ttl=1", "-Dsun.net.httpserver.nodelay=true", "-Dslf4j.internal.verbosity=ERROR", "-cp", "/app/classes:/app/lib/*"]
            CMD ["dev.sternway.sandbox.shop.ShopWeb"]
            """;

    private static final String API_DOCKERFILE = WEB_DOCKERFILE
            .replace("part=web", "part=api")
            .replace("ShopWeb", "ShopApi")
            .replace(
                    "USER 10001", "COPY --chown=10001:10001 spool /var/spool/shop\nVOLUME /var/spool/shop\nUSER 10001");

    private static final String DATABASE_DOCKERFILE = """
            FROM %s
            COPY shop-database /usr/local/bin/shop-database
            ENV PGDATA=/var/lib/postgresql/data TZ=UTC
            VOLUME /var/lib/postgresql/data
            USER postgres
            EXPOSE 5432
            STOPSIGNAL SIGINT
            HEALTHCHECK --interval=2s --timeout=5s CMD ["pg_isready", "-q", "-h", "127.0.0.1"]
            ENTRYPOINT ["/bin/sh", "/usr/local/bin/shop-database"]
            """;

    /** Builds what is not there yet; below a second when all is. */
    public static ShopImages build(DockerClient docker) {
        ImageStore store = new ImageStore(docker);
        try {
            String jre = base("SANDBOX_JRE_IMAGE", store, BaseImages::jre);
            String postgres = base("SANDBOX_POSTGRES_IMAGE", store, BaseImages::postgres);
            return new ShopImages(
                    shop(store, "shop-web", jre, WEB_DOCKERFILE, new GoodRelease()),
                    shop(store, "shop-api", jre, API_DOCKERFILE, new GoodRelease()),
                    shop(store, "shop-web", jre, WEB_DOCKERFILE, new BadRelease()),
                    shop(store, "shop-api", jre, API_DOCKERFILE, new BadRelease()),
                    database(store, postgres));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Base {
        String make(ImageStore store) throws IOException;
    }

    private static String base(String setting, ImageStore store, Base own) throws IOException {
        Optional<String> chosen = Optional.ofNullable(System.getenv(setting)).filter(name -> !name.isBlank());
        return chosen.isPresent() ? chosen.get() : own.make(store);
    }

    private static String shop(ImageStore store, String name, String base, String template, Release release)
            throws IOException {
        String dockerfile = template.formatted(base, release.version());
        List<Path> classes = classesOf(release);
        List<Path> libraries = Stream.of(
                        org.postgresql.Driver.class, com.zaxxer.hikari.HikariDataSource.class, org.slf4j.Logger.class)
                .map(ShopImages::locationOf)
                .toList();
        StringBuilder recipe = new StringBuilder(dockerfile);
        for (Path file : classes) {
            recipe.append(file.getFileName()).append(Arrays.hashCode(Files.readAllBytes(file)));
        }
        libraries.forEach(library -> recipe.append(library.getFileName()));
        return store.build("sternway-sandbox/" + name, release.version(), recipe.toString(), () -> {
            FileTree context = new FileTree()
                    .text("Dockerfile", dockerfile)
                    .directory("spool", 0755, 0)
                    .text(
                            "app/classes/META-INF/services/" + Release.class.getName(),
                            release.getClass().getName());
            classes.forEach(file -> context.file("app/classes/" + PACKAGE + "/" + file.getFileName(), file));
            libraries.forEach(library -> context.file("app/lib/" + library.getFileName(), library));
            return context;
        });
    }

    private static String database(ImageStore store, String base) throws IOException {
        String dockerfile = DATABASE_DOCKERFILE.formatted(base);
        String script = resource("/dev/sternway/sandbox/shop-database.sh");
        return store.build(
                "sternway-sandbox/shop-db",
                "15",
                dockerfile + script,
                () -> new FileTree().text("Dockerfile", dockerfile).script("shop-database", script));
    }

    /** The shop's classes without the other releases. */
    private static List<Path> classesOf(Release release) throws IOException {
        try (Stream<Path> found = Files.list(CLASSES.resolve(PACKAGE))) {
            return found.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.endsWith(".class")
                                && (!name.endsWith("Release.class")
                                        || name.equals("Release.class")
                                        || name.equals(release.getClass().getSimpleName() + ".class"));
                    })
                    .sorted()
                    .toList();
        }
    }

    private static Path locationOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) throws IOException {
        try (var in = ShopImages.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
