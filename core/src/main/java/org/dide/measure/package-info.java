/** How fast teacher and student answer on this machine, measured by turns. */
@NullMarked
package org.dide.measure;

import org.jspecify.annotations.NullMarked;
