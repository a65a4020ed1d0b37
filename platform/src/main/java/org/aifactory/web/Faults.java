package org.aifactory.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;

/**
 * What is wrong with a form that is shown again: the model attribute {@code faults} of its page. The fragments of fields in
 * {@code parts.html} take {@code ${faults.of('email')}}.
 *
 * @param atFields the fault of each wrong field
 * @param inAll what is wrong with the form as a whole, in sentences
 */
public record Faults(Map<String, String> atFields, List<String> inAll) {
    public static final Faults NONE = new Faults(Map.of(), List.of());

    /** In the words of the message bundles, where they have any for the rule that was broken. */
    public static Faults of(BindingResult binding, MessageSource messages) {
        Locale locale = LocaleContextHolder.getLocale();
        Map<String, String> fields = new LinkedHashMap<>();
        for (FieldError error : binding.getFieldErrors()) {
            fields.putIfAbsent(error.getField(), messages.getMessage(error, locale));
        }
        return new Faults(
                fields,
                binding.getGlobalErrors().stream()
                        .map(error -> messages.getMessage(error, locale))
                        .toList());
    }

    /** A refusal that names fields stands at them; any other is said of the form as a whole. */
    public static Faults of(Problem problem) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (FieldFault fault : problem.faults()) {
            fields.putIfAbsent(fault.field(), fault.message().toString());
        }
        return new Faults(fields, fields.isEmpty() ? List.of(problem.message().toString()) : List.of());
    }

    public static Faults at(String field, String message) {
        return new Faults(Map.of(field, message), List.of());
    }

    public boolean isEmpty() {
        return atFields.isEmpty() && inAll.isEmpty();
    }

    /** What is wrong with the field; null where nothing is. */
    public @Nullable String of(String field) {
        return atFields.get(field);
    }
}
