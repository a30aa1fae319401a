/** What a student learns from its teacher: attention between modalities, and soft labels. */
@NullMarked
package org.dide.distill;

import org.jspecify.annotations.NullMarked;
