package org.aifactory.bench;

import java.util.List;

/** One thing that is measured, by itself or with the others. */
sealed interface Part
        permits TrainingPart,
                LearningPart,
                TokenizerPart,
                GenerationPart,
                StartPart,
                PressPart,
                HoldsPart,
                ApiPart,
                UpPart,
                SlurmPart,
                SlurmScalePart,
                AssignPart,
                RankPart,
                EuroPart,
                BalancePart {
    /** As {@code --only} names it. */
    String name();

    /** Measures; says on the way how far it is. */
    List<Table> measure();
}
