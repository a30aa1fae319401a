/**
 * Models in and out: folders that are saved, loaded and named by their content, asking them, and
 * the formats and names that others use.
 */
@NullMarked
package org.dide.hub;

import org.jspecify.annotations.NullMarked;
