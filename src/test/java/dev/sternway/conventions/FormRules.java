package dev.sternway.conventions;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of a form. */
final class FormRules {
    private static final Set<String> SPEAKS_FOR_ITSELF =
            Set.of("text", "html", "separator", "spacer", "image", "group", "dynamiclist");

    private FormRules() {}

    static List<String> broken(JsonNode form, String fileId) {
        List<String> broken = new ArrayList<>();
        if (!form.path("id").asText().equals(fileId)) {
            broken.add(fileId + ": must have the file's name as its id, got '"
                    + form.path("id").asText() + "'");
        }
        if (!form.path("executionPlatform").asText().equals("Camunda Platform")) {
            broken.add(fileId + ": must be for the execution platform 'Camunda Platform'");
        }
        if (form.path("components").isEmpty()) {
            broken.add(fileId + ": must have components");
        }
        Set<String> ids = new HashSet<>();
        form.path("components").forEach(component -> component(component, ids, broken));
        return broken;
    }

    private static void component(JsonNode component, Set<String> ids, List<String> broken) {
        String id = component.path("id").asText();
        if (id.isEmpty() || BpmnRules.generated(id) || !ids.add(id)) {
            broken.add(id + ": must have an id of its own that is not generated");
        }
        boolean input = !SPEAKS_FOR_ITSELF.contains(component.path("type").asText());
        if (input && component.path("label").asText().isBlank()) {
            broken.add(id + ": must have a label");
        }
        String key = component.path("key").asText();
        if (input && !component.path("type").asText().equals("button") && !key.matches("[a-z][A-Za-z0-9]*")) {
            broken.add(id + ": must have a lowerCamel variable as its key, got '" + key + "'");
        }
        component.path("components").forEach(child -> component(child, ids, broken));
    }
}
