package org.dide.tensor;

/**
 * The settings of the engine that are in force.
 *
 * @param threads threads inside one operation
 * @param blasThreads threads of OpenBLAS, which the engine's own setting does not reach
 * @param operatorThreads threads for operations side by side
 * @param spinning whether waiting threads burn their processor
 * @param nativeMemoryLimit bytes of this process at which JavaCPP throws an OutOfMemoryError; 0 for
 *     no limit
 */
public record EngineSettings(
    int threads, int blasThreads, int operatorThreads, Spinning spinning, long nativeMemoryLimit) {}
