package dev.sternway.decision;

/** How much of a system a rollback takes back. */
public enum Scope {
    /** All services, and at level 3 all stores. */
    FULL,
    /** One service and what must be restarted with it. */
    PARTIAL_SERVICE,
    /** The stores; services keep their image. */
    DATABASE,
    /** Settings that are kept outside of the services. */
    CONFIGURATION,
    /** What browsers load. */
    UI;

    /** How much is taken back, as against other scopes: more is more. */
    public int breadth() {
        return switch (this) {
            case FULL, DATABASE -> 2;
            case PARTIAL_SERVICE -> 1;
            case CONFIGURATION, UI -> 0;
        };
    }

    /** True when stores alone go back, and services keep the image that they run on. */
    public boolean restoresStores() {
        return this == DATABASE || this == CONFIGURATION || this == UI;
    }
}
