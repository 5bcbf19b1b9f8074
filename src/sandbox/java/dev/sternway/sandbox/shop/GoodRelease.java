package dev.sternway.sandbox.shop;

import java.util.List;

/** Release 1.4.0: it works. */
public final class GoodRelease implements Release {
    @Override
    public String version() {
        return "1.4.0";
    }

    @Override
    public List<Migration> migrations() {
        return List.of(GoodSchema.FIRST);
    }

    @Override
    public String route(boolean expressWanted) {
        return "standard";
    }

    @Override
    public void beforeCheckout(String route, long number) {
        // Nothing goes wrong here.
    }

    @Override
    public void beforeQuote(long number) {
        // Nothing goes wrong here.
    }
}
