package org.dide.store;

/**
 * How a store's index over the shares is to be asked.
 *
 * @param partitions that the vectors were divided into
 * @param probes partitions looked at for each query
 * @param recall part of the 10 nearest that so many find, on average, as measured when it was built
 */
record VectorIndex(int partitions, int probes, double recall) {}
