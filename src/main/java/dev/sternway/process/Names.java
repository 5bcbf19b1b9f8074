package dev.sternway.process;

/** The word chain: task, bean, class and evidence carry one name. */
final class Names {
    private Names() {}

    /** {@code RevertImageDelegate} → {@code revertImage}. */
    static String stepOf(Class<?> type, String suffix) {
        String name = type.getSimpleName();
        if (!name.endsWith(suffix)) {
            throw new IllegalStateException("class '" + name + "' must end with '" + suffix + "'");
        }
        return Character.toLowerCase(name.charAt(0)) + name.substring(1, name.length() - suffix.length());
    }
}
