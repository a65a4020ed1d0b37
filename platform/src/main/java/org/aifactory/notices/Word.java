package org.aifactory.notices;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Locale;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Unit;
import org.aifactory.web.KeptMessage;
import org.aifactory.web.Message;
import org.aifactory.web.Words;
import org.springframework.context.MessageSource;

/** What a sentence is filled in with. It is kept as it is known, and written in the reader's language when they read it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "as")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Word.Text.class, name = "text"),
    @JsonSubTypes.Type(value = Word.Count.class, name = "count"),
    @JsonSubTypes.Type(value = Word.Moment.class, name = "moment"),
    @JsonSubTypes.Type(value = Word.Time.class, name = "time"),
    @JsonSubTypes.Type(value = Word.Said.class, name = "said")
})
sealed interface Word {

    Object in(Locale locale, MessageSource messages);

    /** In the words of whoever said it. */
    record Text(String text) implements Word {
        @Override
        public Object in(Locale locale, MessageSource messages) {
            return text;
        }
    }

    /** A message chooses between one and many by it. */
    record Count(long count) implements Word {
        @Override
        public Object in(Locale locale, MessageSource messages) {
            return count;
        }
    }

    record Moment(Instant at) implements Word {
        @Override
        public Object in(Locale locale, MessageSource messages) {
            return Words.in(locale).time(at);
        }
    }

    /** Time on a machine: in hours, or in seconds where it is less than one. */
    record Time(long amount, Unit unit) implements Word {
        private static final int SECONDS_PER_HOUR = 3600;
        private static final int DECIMALS = 2;

        static Time of(Amount amount) {
            return new Time(amount.value(), amount.unit());
        }

        @Override
        public Object in(Locale locale, MessageSource messages) {
            Words words = Words.in(locale);
            if (unit == Unit.EUR_CENT) {
                return words.euro(amount);
            }
            String name = unit == Unit.GPU_SECOND ? "gpu" : "core";
            if (amount < SECONDS_PER_HOUR) {
                return say("notices.seconds." + name, words.number(amount), locale, messages);
            }
            BigDecimal hours = BigDecimal.valueOf(amount)
                    .divide(BigDecimal.valueOf(SECONDS_PER_HOUR), DECIMALS, RoundingMode.HALF_UP);
            return say("notices.hours." + name, words.number(hours), locale, messages);
        }

        private static String say(String key, String number, Locale locale, MessageSource messages) {
            return messages.getMessage(key, new Object[] {number}, locale);
        }
    }

    /** A sentence of another module, or what a person wrote. */
    record Said(KeptMessage sentence) implements Word {

        static Said of(Message said) {
            return new Said(KeptMessage.of(said));
        }

        @Override
        public Object in(Locale locale, MessageSource messages) {
            return sentence.read().in(locale);
        }
    }
}
