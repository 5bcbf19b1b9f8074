package dev.sternway.sandbox.shop;

import java.util.List;

/**
 * Release 1.5.0: it harms in three depths, each cured by another level.
 *
 * <ol>
 *   <li>Express checkout loses its payment session in 9 of 25 checkouts: switching the feature off cures it.
 *   <li>Quotes fail in 6 of 25, whatever the switch: only the old code cures it.
 *   <li>The migration converts prices that were converted already: only the old data cures it. The schema itself stays
 *       good for the old code.
 * </ol>
 *
 * With as many quotes as checkouts that is 30 % of all requests failing, and 12 % with the feature off.
 */
public final class BadRelease implements Release {
    private static final Migration SECOND = new Migration(
            2,
            "loyalty points; prices in cents",
            List.of(
                    "alter table products add column loyalty_points integer not null default 0",
                    "update products set loyalty_points = price_cents / 100",
                    "update products set price_cents = price_cents / 100 where id % 3 = 0"));

    @Override
    public String version() {
        return "1.5.0";
    }

    @Override
    public List<Migration> migrations() {
        return List.of(GoodSchema.FIRST, SECOND);
    }

    @Override
    public String route(boolean expressWanted) {
        return expressWanted ? "express" : "standard";
    }

    @Override
    public void beforeCheckout(String route, long number) {
        if (route.equals("express") && spread(number) < 9) {
            throw new IllegalStateException("express checkout: payment session expired");
        }
    }

    @Override
    public void beforeQuote(long number) {
        if (spread(number) < 6) {
            throw new IllegalStateException("quote: no rounding rule for currency EUR");
        }
    }

    /** 0 to 24, each once in 25 numbers in a row, mixed, so that any short span has its share of failures. */
    private static long spread(long number) {
        return number * 7 % 25;
    }
}
