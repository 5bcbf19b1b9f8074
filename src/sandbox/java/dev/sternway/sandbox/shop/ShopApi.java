package dev.sternway.sandbox.shop;

import com.sun.net.httpserver.HttpExchange;
import dev.sternway.sandbox.shop.HttpService.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** The shop's API: quotes and orders on the database, with what the installed release does to them. */
public final class ShopApi {
    /** An anonymous volume: who recreates the container must not lose it. */
    private static final Path SPOOL = Path.of("/var/spool/shop");

    private final Release release = Release.installed();
    private final boolean expressWanted = "true".equals(System.getenv("EXPRESS_CHECKOUT"));
    private final DataSource database;
    private final AtomicLong quotes = new AtomicLong();
    private final AtomicLong checkouts = new AtomicLong();

    private ShopApi(DataSource database) {
        this.database = database;
    }

    public static void main(String[] arguments) throws Exception {
        DataSource database = Database.open();
        ShopApi api = new ShopApi(database);
        Database.migrate(database, api.release);
        Files.writeString(
                SPOOL.resolve("starts"),
                api.release.version() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        HttpService http = new HttpService("shop-api", api.release.version(), api::ping, "quote", "checkout");
        http.serve("/features", (exchange, body) -> api.features());
        http.serve("/settings", (exchange, body) -> settings());
        http.serve("/quotes", "quote", (exchange, body) -> api.quote(exchange));
        http.serve("/orders", "checkout", (exchange, body) -> api.checkout(body));
        http.start();
        System.out.println("shop-api " + api.release.version() + " is ready");
    }

    private void ping() throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute("select 1 from schema_history");
        }
    }

    private Answer features() {
        boolean express = release.route(expressWanted).equals("express");
        return Answer.json(200, "{\"expressCheckout\":\"" + (express ? "on" : "off") + "\"}");
    }

    private static Answer settings() throws IOException {
        return Answer.json(
                200,
                "{\"currency\":\"%s\",\"region\":\"%s\",\"starts\":%d}"
                        .formatted(
                                System.getenv("SHOP_CURRENCY"),
                                System.getenv("SHOP_REGION"),
                                Files.readAllLines(SPOOL.resolve("starts")).size()));
    }

    private Answer quote(HttpExchange exchange) throws SQLException {
        int product = number(String.valueOf(exchange.getRequestURI().getQuery()), "product=");
        release.beforeQuote(quotes.incrementAndGet());
        return Answer.json(200, "{\"product\":%d,\"priceCents\":%d}".formatted(product, price(product)));
    }

    private int price(int product) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select price_cents from products where id = ?")) {
            select.setInt(1, product);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("no product " + product);
                }
                return row.getInt(1);
            }
        }
    }

    /** Writes an order; with {@code "dryRun":true} it does all but the writing. */
    private Answer checkout(String body) throws SQLException {
        int product = number(body, "\"product\":");
        int quantity = number(body, "\"quantity\":");
        String route = release.route(expressWanted);
        release.beforeCheckout(route, checkouts.incrementAndGet());
        int total = price(product) * quantity;
        boolean dryRun = body.replace(" ", "").contains("\"dryRun\":true");
        String order = dryRun ? "null" : String.valueOf(write(1 + product % 2000, product, quantity, total));
        return Answer.json(200, "{\"checkout\":\"%s\",\"order\":%s,\"totalCents\":%d}".formatted(route, order, total));
    }

    private long write(int customer, int product, int quantity, int total) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into orders (customer_id, product_id, quantity, total_cents) values (?, ?, ?, ?) returning id")) {
            insert.setInt(1, customer);
            insert.setInt(2, product);
            insert.setInt(3, quantity);
            insert.setInt(4, total);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static int number(String text, String key) {
        Matcher matcher = Pattern.compile(Pattern.quote(key) + "\\s*(\\d{1,6})").matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no number after " + key.replace('"', '\''));
        }
        return Integer.parseInt(matcher.group(1));
    }
}
