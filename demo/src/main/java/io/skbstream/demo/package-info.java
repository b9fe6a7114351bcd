/** The whole way of an event on one machine, in one terminal. */
package io.skbstream.demo;
