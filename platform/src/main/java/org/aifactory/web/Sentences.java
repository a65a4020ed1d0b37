package org.aifactory.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.support.ReloadableResourceBundleMessageSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The message bundles of all modules. What sentences are filled in with is written as readers of each language write it. */
final class Sentences extends ReloadableResourceBundleMessageSource {
    static final MessageSource ALL = new Sentences();
    private static final int DECIMALS = 2;

    private Sentences() {
        setBasenames(Arrays.stream(bundles())
                .map(bundle -> String.valueOf(bundle.getFilename()))
                .filter(name -> !name.contains("_"))
                .map(name -> "classpath:messages/" + name.substring(0, name.lastIndexOf('.')))
                .sorted()
                .toArray(String[]::new));
        setDefaultEncoding("UTF-8");
        setFallbackToSystemLocale(false);
    }

    private static Resource[] bundles() {
        try {
            return new PathMatchingResourcePatternResolver().getResources("classpath*:messages/*.properties");
        } catch (IOException failure) {
            throw new UncheckedIOException("The message bundles cannot be read.", failure);
        }
    }

    @Override
    protected Object[] resolveArguments(Object @Nullable [] arguments, @Nullable Locale language) {
        return arguments == null || language == null
                ? new Object[0]
                : super.resolveArguments(
                        Arrays.stream(arguments)
                                .map(argument -> written(argument, language))
                                .toArray(),
                        language);
    }

    private static @Nullable Object written(@Nullable Object argument, Locale language) {
        return switch (argument) {
            case Message part -> part.in(language);
            case BigDecimal number -> number.setScale(DECIMALS, RoundingMode.HALF_UP);
            case Instant time -> new Words(language).time(time);
            case LocalDate day ->
                DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                        .withLocale(language)
                        .format(day);
            case null, default -> argument;
        };
    }
}
