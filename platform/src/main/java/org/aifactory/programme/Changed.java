package org.aifactory.programme;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Says what is different between two versions of a proposal, by the fields of the API. */
@Component
class Changed {
    private static final int MOST = 50;

    private final JsonMapper json;

    Changed(JsonMapper json) {
        this.json = json;
    }

    /** A few dozen at most; lists are told as a whole. */
    List<String> fields(ProposalContent before, ProposalContent after) {
        List<String> changed = new ArrayList<>();
        compare("", json.valueToTree(before), json.valueToTree(after), changed);
        return changed.stream().limit(MOST).toList();
    }

    private static void compare(String field, JsonNode before, JsonNode after, List<String> changed) {
        if (before.equals(after)) {
            return;
        }
        if (!before.isObject() || !after.isObject()) {
            changed.add(field);
            return;
        }
        TreeSet<String> names = new TreeSet<>(before.propertyNames());
        names.addAll(after.propertyNames());
        for (String name : names) {
            compare(field.isEmpty() ? name : field + "." + name, before.path(name), after.path(name), changed);
        }
    }
}
