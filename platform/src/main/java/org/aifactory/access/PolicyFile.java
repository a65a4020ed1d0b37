package org.aifactory.access;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.aifactory.access.Policy.Condition;
import org.aifactory.access.Policy.Mode;
import org.aifactory.access.Policy.Question;
import org.aifactory.access.Policy.Rule;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the policy; the platform does not start with one that contradicts itself. */
@Configuration
class PolicyFile {
    /** A word that the policy does not know is a mistake of whoever wrote it, and not to be passed over. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    @Bean
    Policy policy(@Value("${aifactory.access.policy}") String place, ResourceLoader loader) {
        Resource resource = loader.getResource(place.contains(":") ? place : "file:" + place);
        try (InputStream in = resource.getInputStream()) {
            return read(in.readAllBytes(), place);
        } catch (IOException failure) {
            throw new IllegalStateException(
                    "The policy of access cannot be read from " + place + " (aifactory.access.policy).", failure);
        }
    }

    static Policy read(byte[] yaml, String place) {
        try {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            DumperOptions unused = new DumperOptions();
            Object tree = new Yaml(
                            new SafeConstructor(options), new Representer(unused), unused, options, new PlainWords())
                    .load(new String(yaml, java.nio.charset.StandardCharsets.UTF_8));
            Policy policy = JSON.convertValue(tree, Policy.class);
            List<String> faults = faults(policy);
            if (!faults.isEmpty()) {
                throw new IllegalStateException(
                        "The policy in " + place + " is not right. " + String.join(" ", faults));
            }
            return policy;
        } catch (YAMLException | JacksonException | DateTimeException failure) {
            throw new IllegalStateException(
                    "The policy in " + place + " is not right: " + failure.getMessage(), failure);
        }
    }

    /** Dates, times and the code of Norway stay the words that they are. */
    private static final class PlainWords extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("true|false"), "tf");
            addImplicitResolver(Tag.INT, Pattern.compile("-?(0|[1-9][0-9]*)"), "-0123456789");
            addImplicitResolver(Tag.FLOAT, Pattern.compile("-?(0|[1-9][0-9]*)\\.[0-9]+"), "-0123456789");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    private static List<String> faults(Policy policy) {
        List<String> faults = new ArrayList<>();
        require(faults, policy.zone() != null && policy.version() != null, "It has a version and a zone.");
        require(faults, !policy.modes().isEmpty(), "It has a mode at least.");
        Set<String> slugs = new HashSet<>();
        for (Mode mode : policy.modes()) {
            String name = "The mode " + mode.slug();
            require(faults, mode.slug() != null && SLUG.matcher(mode.slug()).matches(), name + " has a slug.");
            require(faults, slugs.add(mode.slug()), name + " stands there twice.");
            require(
                    faults,
                    mode.name() != null && mode.decidedBy() != null,
                    name + " has a name and says who decides.");
            require(
                    faults,
                    mode.months() != null
                            && mode.months().usual() > 0
                            && mode.months().choices().contains(mode.months().usual())
                            && mode.months().most() <= 120,
                    name + " says how many months it lasts: choices, and the usual one among them, 120 at most.");
            questions(faults, mode.questions());
        }
        questions(faults, policy.profile());
        for (Rule rule : policy.rules()) {
            String name = "The rule " + rule.id();
            require(
                    faults,
                    rule.holds() != null && rule.text() != null && rule.otherwise() != null,
                    name + " is whole.");
            require(faults, slugs.containsAll(rule.modes()), name + " names a mode that does not exist.");
            Stream.of(rule.applies(), rule.holds())
                    .filter(Objects::nonNull)
                    .forEach(condition -> condition(faults, policy, rule, condition));
        }
        // Reads all holidays; a day that does not exist ends it here.
        WorkingDays.of(policy);
        return faults;
    }

    private static void questions(List<String> faults, List<Question> questions) {
        Set<String> ids = new HashSet<>();
        for (Question question : questions) {
            String name = "The question " + question.id();
            require(faults, question.id() != null && ids.add(question.id()), name + " has an id of its own.");
            require(
                    faults,
                    question.form() != null && question.text() != null && question.why() != null,
                    name + " has a form, a text and a reason.");
        }
    }

    private static void condition(List<String> faults, Policy policy, Rule rule, Condition condition) {
        String name = "The rule " + rule.id();
        require(
                faults,
                policy.countries().keySet().containsAll(condition.countries()),
                name + " names a group of countries that does not exist.");
        require(
                faults,
                ids(policy.profile()).containsAll(condition.profile().keySet()),
                name + " tests a question that the profile does not ask.");
        for (Mode mode : policy.modes()) {
            require(
                    faults,
                    !rule.countsIn(mode)
                            || ids(mode.questions())
                                    .containsAll(condition.answers().keySet()),
                    name + " tests a question that " + mode.slug() + " does not ask.");
        }
    }

    private static Set<String> ids(List<Question> questions) {
        return Set.copyOf(questions.stream().map(Question::id).toList());
    }

    private static void require(List<String> faults, boolean holds, String sentence) {
        if (!holds) {
            faults.add("Wanted: " + sentence);
        }
    }
}
