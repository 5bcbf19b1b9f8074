package dev.sternway.adapter.etcd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A key: bytes in etcd's order, whatever they mean.
 *
 * @param bytes one character for each byte, so that comparing and hashing are those of the bytes
 */
record Key(String bytes) implements Comparable<Key> {
    private static final int SHOWN = 160;

    static Key of(String text) {
        return new Key(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    static Key ofBase64(String base64) {
        return new Key(new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1));
    }

    String base64() {
        return Base64.getEncoder().encodeToString(raw());
    }

    private byte[] raw() {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    boolean startsWith(Key prefix) {
        return bytes.startsWith(prefix.bytes);
    }

    /** This key below another one. */
    Key below(Key folder) {
        return new Key(folder.bytes + bytes);
    }

    /** This key, seen from a folder that it is in. */
    Key within(Key folder) {
        return new Key(bytes.substring(folder.bytes.length()));
    }

    /** The first key behind this one. */
    Key next() {
        return new Key(bytes + '\0');
    }

    /** The first key that does not begin with this one; without it a range is one key and no prefix. */
    Key endOfPrefix() {
        int last = bytes.length() - 1;
        while (last >= 0 && bytes.charAt(last) == 0xff) {
            last--;
        }
        return last < 0 ? new Key("\0") : new Key(bytes.substring(0, last) + (char) (bytes.charAt(last) + 1));
    }

    /** For people: what is no plain text is shown by its codes. */
    String shown() {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw()))
                    .toString();
        } catch (CharacterCodingException e) {
            text = bytes.replaceAll("[^\\x21-\\x7e]", "?");
        }
        String plain = text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
        return plain.length() <= SHOWN ? plain : plain.substring(0, SHOWN) + "…";
    }

    @Override
    public int compareTo(Key other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return shown();
    }
}
