package dev.sternway.notification;

/**
 * Somebody who can be told; {@code sternway.contacts}.
 *
 * @param role a role of the contact tree, another audience, or a group of people who are asked
 */
public record Contact(String role, String name, String phone, String mail) {
    public Contact {
        role = text(role);
        name = text(name);
        phone = text(phone);
        mail = text(mail);
    }

    private static String text(String value) {
        return value == null ? "" : value.strip();
    }
}
