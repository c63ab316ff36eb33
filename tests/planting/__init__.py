"""A county in which errors and their innocent doubles are planted, and the comparison of both with what the checks find.

It knows the checks only by the tables of a built warehouse; what is expected comes from the form, the laws and what
clerks really write.
"""
