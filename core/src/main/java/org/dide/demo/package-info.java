/**
 * The whole story in minutes: a teacher, three students distilled from it, what they answer, how
 * fast, and a page that tells it.
 */
@NullMarked
package org.dide.demo;

import org.jspecify.annotations.NullMarked;
