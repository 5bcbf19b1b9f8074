package dev.sternway.cli;

import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs Sternway until it is told to stop. */
@Command(
        name = "serve",
        description = "Run Sternway. Further arguments are Spring Boot's, e.g. --server.address=0.0.0.0")
final class ServeCommand implements Callable<Integer> {

    private final Class<?> application;

    @Mixin
    private CommonOptions options;

    @Unmatched
    private List<String> further = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    ServeCommand(Class<?> application) {
        this.application = application;
    }

    @Override
    public Integer call() throws InterruptedException {
        Instant begin = Instant.now();
        CountDownLatch closed = new CountDownLatch(1);
        ConfigurableApplicationContext context = start(closed);
        if (context instanceof WebServerApplicationContext web) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "Sternway is up at http://127.0.0.1:%d after %.1f s. Stop it with Ctrl-C.%n",
                            web.getWebServer().getPort(),
                            Duration.between(begin, Instant.now()).toMillis() / 1000.0);
            spec.commandLine().getOut().flush();
        }
        closed.await();
        return ExitCode.OK;
    }

    private ConfigurableApplicationContext start(CountDownLatch closed) {
        String config = options.configDirectory().toString();
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.config.location=classpath:/application.yaml,optional:file:" + config + "/",
                "--sternway.config-directory=" + config,
                "--sternway.data-directory=" + options.dataDirectory(),
                "--server.port=" + options.port));
        arguments.addAll(further);
        SpringApplication spring = new SpringApplication(application);
        spring.addListeners((ApplicationListener<ContextClosedEvent>) event -> closed.countDown());
        try {
            return spring.run(arguments.toArray(String[]::new));
        } catch (RuntimeException e) {
            throw new Failure(ExitCode.REFUSED, "Sternway did not start: " + reason(e));
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (true) {
            if (cause instanceof Refusal refusal) {
                return refusal.explanation();
            }
            if (cause instanceof PortInUseException taken) {
                return "port '" + taken.getPort()
                        + "' is in use\nHINT: end what listens there, or choose another --port.";
            }
            if (cause instanceof OutsideException || cause.getCause() == null) {
                return cause.getMessage() == null ? cause.toString() : cause.getMessage();
            }
            cause = cause.getCause();
        }
    }
}
