package org.aifactory.engine.cli;

import picocli.CommandLine.Command;

@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Trains, runs, evaluates and exports models.",
        subcommands = {
            TrainCommand.class,
            GenerateCommand.class,
            ChatCommand.class,
            ServeCommand.class,
            EvaluateCommand.class,
            ExportCommand.class,
            TokenizerCommand.class
        })
final class EngineCommand {}
