/**
 * Pages for people: HTML in one file, with charts, tables, pictures and attention maps, that asks
 * nothing of the network; and runs brought together over their seeds.
 */
@NullMarked
package org.dide.report;

import org.jspecify.annotations.NullMarked;
