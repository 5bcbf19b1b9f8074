package dev.sternway.adapter.docker;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;

/**
 * A version of the Docker engine's API, such as 1.41.
 *
 * <p>Docker Engine 20.10 speaks at most 1.41, and the newest engines refuse everything below 1.44: what is spoken is
 * agreed on with each engine.
 */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    static final ApiVersion OLDEST = new ApiVersion(1, 41);
    static final ApiVersion NEWEST = new ApiVersion(1, 44);

    static ApiVersion parse(String text) {
        String[] parts = text.split("\\.");
        return new ApiVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /**
     * The newest version that both sides speak.
     *
     * @param host address of the engine, for the message
     * @throws Refusal when there is none
     */
    static ApiVersion agree(String host, ApiVersion engineOldest, ApiVersion engineNewest) {
        if (engineNewest.compareTo(OLDEST) < 0 || engineOldest.compareTo(NEWEST) > 0) {
            throw new Refusal(
                    ErrorCode.CONTAINER_ENGINE_UNSUPPORTED,
                    "docker engine at '" + host + "' speaks API '" + engineOldest + "' to '" + engineNewest
                            + "', Sternway speaks '" + OLDEST + "' to '" + NEWEST + "'",
                    engineNewest.compareTo(OLDEST) < 0
                            ? "upgrade the engine to 20.10 or newer, then retry the task."
                            : "let the engine accept API " + NEWEST
                                    + " (DOCKER_MIN_API_VERSION), then retry the task.");
        }
        return engineNewest.compareTo(NEWEST) < 0 ? engineNewest : NEWEST;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
