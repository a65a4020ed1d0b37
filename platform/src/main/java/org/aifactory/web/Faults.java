package org.aifactory.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * What is wrong with a form that is shown again: the model attribute {@code faults} of its page. The fragments of fields in
 * {@code parts.html} take {@code ${faults.of('email')}}.
 *
 * @param atFields the fault of each wrong field
 * @param inAll what is wrong with the form as a whole, in sentences
 */
public record Faults(Map<String, String> atFields, List<String> inAll) {
    public static final Faults NONE = new Faults(Map.of(), List.of());

    public static Faults of(BindingResult binding) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (FieldError error : binding.getFieldErrors()) {
            fields.putIfAbsent(error.getField(), String.valueOf(error.getDefaultMessage()));
        }
        return new Faults(
                fields,
                binding.getGlobalErrors().stream()
                        .map(ObjectError::getDefaultMessage)
                        .map(String::valueOf)
                        .toList());
    }

    /** A refusal that names fields stands at them; any other is said of the form as a whole. */
    public static Faults of(Problem problem) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (FieldFault fault : problem.faults()) {
            fields.putIfAbsent(fault.field(), fault.message());
        }
        return new Faults(fields, fields.isEmpty() ? List.of(problem.sentence()) : List.of());
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
