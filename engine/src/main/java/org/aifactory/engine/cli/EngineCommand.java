package org.aifactory.engine.cli;

import picocli.CommandLine.Command;

@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Trains, runs and evaluates models.",
        subcommands = {
            TrainCommand.class,
            GenerateCommand.class,
            ChatCommand.class,
            EvaluateCommand.class,
            TokenizerCommand.class
        })
final class EngineCommand {}
