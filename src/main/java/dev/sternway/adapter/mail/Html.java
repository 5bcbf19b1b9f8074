package dev.sternway.adapter.mail;

import java.util.regex.Pattern;

/** The text of a mail once more for readers that prefer HTML: paragraphs, and links that can be followed. */
final class Html {
    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s<>\"']+");

    private Html() {}

    static String of(String text) {
        StringBuilder html =
                new StringBuilder("<!DOCTYPE html><html lang=\"en\"><body style=\"font-family:sans-serif\">");
        for (String paragraph : text.split("\n{2,}")) {
            String escaped = paragraph
                    .replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;");
            html.append("<p>")
                    .append(ADDRESS.matcher(escaped)
                            .replaceAll("<a href=\"$0\">$0</a>")
                            .replace("\n", "<br>"))
                    .append("</p>");
        }
        return html.append("</body></html>").toString();
    }
}
