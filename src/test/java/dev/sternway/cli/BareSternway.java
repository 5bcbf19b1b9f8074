package dev.sternway.cli;

import java.util.TimeZone;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Sternway without its steps and pages: the engine, its database and the webapps. */
@SpringBootApplication(scanBasePackages = {"dev.sternway.database", "dev.sternway.cli"})
public class BareSternway {

    public static void main(String[] args) {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        System.exit(CommandLineInterface.run(BareSternway.class, args));
    }
}
