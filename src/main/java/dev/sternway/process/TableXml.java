package dev.sternway.process;

import java.io.ByteArrayInputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Looks at a table's file before anything reads it: FEEL cannot call Java, every other language of a table can. It reads
 * XML as XML, in whatever encoding, so that what it sees is what the engine sees.
 */
final class TableXml {
    private static final Set<String> LANGUAGE = Set.of("expressionlanguage", "typelanguage");
    private static final Set<String> FEEL = Set.of(
            "feel",
            "http://www.omg.org/spec/feel/20140401",
            "http://www.omg.org/spec/dmn/20180521/feel/",
            "https://www.omg.org/spec/dmn/20191111/feel/",
            "https://www.omg.org/spec/dmn/20211108/feel/",
            "https://www.omg.org/spec/dmn/20230324/feel/");

    private TableXml() {}

    /** What keeps the file from being read as a table, or empty when nothing does. */
    static Optional<String> unfit(byte[] xml) {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD) {
                    return Optional.of("has a DOCTYPE, which may change what the file means");
                }
                Optional<String> foreign =
                        event == XMLStreamConstants.START_ELEMENT ? foreign(reader) : Optional.empty();
                if (foreign.isPresent()) {
                    return Optional.of("is written in '" + foreign.get() + "', people deploy FEEL only");
                }
            }
            return Optional.empty();
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
            return Optional.of("is no XML, see line " + line);
        }
    }

    private static Optional<String> foreign(XMLStreamReader element) {
        for (int i = 0; i < element.getAttributeCount(); i++) {
            String value = element.getAttributeValue(i).strip();
            if (LANGUAGE.contains(element.getAttributeLocalName(i).toLowerCase(Locale.ROOT))
                    && !FEEL.contains(value.toLowerCase(Locale.ROOT))) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }
}
