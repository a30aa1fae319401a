package org.dide.onnx;

/**
 * What a node of a graph yields and others read.
 *
 * @param name unique in its graph
 */
record Value(String name) {}
