package dev.sternway;

/** The entry point. */
public final class Sternway {
    private Sternway() {}

    public static void main(String[] args) {}
}
