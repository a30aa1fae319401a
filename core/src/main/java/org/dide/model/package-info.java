/** ViLT's layers, the fusion encoder, the two towers of the dual encoder, and their heads. */
@NullMarked
package org.dide.model;

import org.jspecify.annotations.NullMarked;
