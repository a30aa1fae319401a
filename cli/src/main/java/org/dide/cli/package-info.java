/** The commands: parse, call the library, print. */
@NullMarked
package org.dide.cli;

import org.jspecify.annotations.NullMarked;
