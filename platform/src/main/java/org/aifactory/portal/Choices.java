package org.aifactory.portal;

import java.text.Collator;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Role;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.ui.Model;

/** What can be chosen in forms, in the reader's words. */
final class Choices {
    private Choices() {}

    /** {@code kinds} and {@code countries} of an organisation that anybody may found. */
    static void addOrganisationChoices(Model model, MessageSource messages) {
        Map<String, String> kinds = new LinkedHashMap<>();
        for (OrganisationKind kind : OrganisationKind.values()) {
            if (kind.isOpenToAll()) {
                kinds.put(kind.name(), word(messages, "portal.kind.", kind));
            }
        }
        model.addAttribute("kinds", kinds);
        model.addAttribute("countries", countries());
    }

    static Map<String, String> roles(MessageSource messages) {
        Map<String, String> roles = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            roles.put(role.name(), word(messages, "portal.role.", role));
        }
        return roles;
    }

    static Map<String, String> duties(MessageSource messages) {
        Map<String, String> duties = new LinkedHashMap<>();
        for (Duty duty : Duty.values()) {
            duties.put(duty.name(), word(messages, "portal.duty.", duty));
        }
        return duties;
    }

    private static String word(MessageSource messages, String prefix, Enum<?> value) {
        return messages.getMessage(
                prefix + value.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                null,
                LocaleContextHolder.getLocale());
    }

    /** By code, in the order of their names; the first says that one is to be chosen. */
    static Map<String, String> countries() {
        Locale reader = LocaleContextHolder.getLocale();
        Map<String, String> countries = new LinkedHashMap<>();
        countries.put("", "–");
        Arrays.stream(Locale.getISOCountries())
                .sorted(Comparator.comparing(code -> nameOf(code, reader), Collator.getInstance(reader)))
                .forEach(code -> countries.put(code, nameOf(code, reader)));
        return countries;
    }

    static String nameOf(String country, Locale reader) {
        return Locale.of("", country).getDisplayCountry(reader);
    }
}
