/** BERT WordPiece tokens and batches of them. */
@NullMarked
package org.dide.text;

import org.jspecify.annotations.NullMarked;
