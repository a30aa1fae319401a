package org.dide.data;

/**
 * Pictures with captions, too many to be held: they are known by number, and what they are is read
 * when it is asked for. Safe to use from several threads.
 */
interface Captioned {
  /** How many pictures there are. */
  int pictures();

  /** How many captions a picture has, at least one. */
  int captions(int picture);

  /** The data's own name of a picture, which its examples carry. */
  String id(int picture);

  /** The picture's own name: equal ones mean the same picture. */
  String name(int picture);

  /** The picture, unread. */
  Picture picture(int picture);

  /**
   * One of a picture's captions.
   *
   * @throws org.dide.InputException if it cannot be read
   */
  String caption(int picture, int number);

  /** The file that a picture lies in, from 0 by rising picture; -1 where each has its own. */
  default int file(int picture) {
    return -1;
  }
}
