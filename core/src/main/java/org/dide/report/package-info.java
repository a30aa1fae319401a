/**
 * Pages for people: HTML in one file, with charts, tables, pictures and attention maps, that asks
 * nothing of the network.
 */
@NullMarked
package org.dide.report;

import org.jspecify.annotations.NullMarked;
