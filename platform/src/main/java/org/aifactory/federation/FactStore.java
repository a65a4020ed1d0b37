package org.aifactory.federation;

import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Facts as they lie in a column. */
@Component
class FactStore {
    private static final TypeReference<List<Fact>> FACTS = new TypeReference<>() {};

    private final JsonMapper json;

    FactStore(JsonMapper json) {
        this.json = json;
    }

    List<Fact> read(String column) {
        return json.readValue(column, FACTS);
    }

    String write(List<Fact> facts) {
        return json.writeValueAsString(facts);
    }
}
