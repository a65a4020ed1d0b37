package org.aifactory.engine.cli;

import picocli.CommandLine.Command;

@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Trains, runs and exports models.",
        subcommands = {TrainCommand.class, EvaluateCommand.class, TokenizerCommand.class})
final class EngineCommand {}
