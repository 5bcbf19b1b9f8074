package dev.sternway.catalogue;

import java.util.Locale;

/** How a file of settings is written; its name tells. */
public enum SettingsFormat {
    /** One {@code KEY=value} a line. */
    ENV,
    JSON,
    YAML;

    /** The format of the file, or null when its name does not tell it. */
    public static SettingsFormat of(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        if (name.endsWith(".json")) {
            return JSON;
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return YAML;
        }
        return name.endsWith(".env") || name.startsWith(".env.") ? ENV : null;
    }
}
